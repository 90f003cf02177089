"use client";

import { useCombobox } from "downshift";
import type { Issue } from "convex-pipelines";
import { useEffect, useMemo, useRef, useState, type ChangeEvent } from "react";
import type { Path } from "@/lib/issues";
import { findableZones, matching, namedZones, offsetOf, type Zone } from "@/lib/zones";
import { Field, Repair } from "./fields";

/** More are found by typing on. */
const SHOWN = 50;

interface ZoneFieldProps {
  path: Path;
  issues: readonly Issue[];
  value: string;
  onChange: (zone: string) => void;
}

/** A time zone, chosen from those that match what is typed. */
export function ZoneField({ value, onChange, ...field }: ZoneFieldProps) {
  return (
    <Field {...field} label="Time zone" repair={<Repair {...field} onRepair={onChange} />}>
      {(control) => <ZoneBox control={control} value={value} onChange={onChange} />}
    </Field>
  );
}

function ZoneBox({
  control,
  value,
  onChange,
}: Pick<ZoneFieldProps, "value" | "onChange"> & { control: { id: string } }) {
  const [zones, setZones] = useState(namedZones);
  const [typed, setTyped] = useState<string>();
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    if (!wanted) return;
    let isHere = true;
    findableZones().then(
      (found) => isHere && setZones(found),
      () => undefined, // offline: names are found without it
    );
    return () => {
      isHere = false;
    };
  }, [wanted]);
  const found = useMemo(() => (typed === undefined ? zones : matching(zones, typed)), [zones, typed]);
  const shown = found.slice(0, SHOWN);
  const now = useMemo(() => Date.now(), [found]);

  const { isOpen, highlightedIndex, getInputProps, getMenuProps, getItemProps } = useCombobox<Zone>({
    id: control.id,
    inputId: control.id,
    items: shown,
    itemToString: (zone) => shownName(zone?.name ?? value),
    // The same zone comes again as another object with its cities; a choice made at that moment would be undone.
    itemToKey: (zone) => zone?.name,
    inputValue: typed ?? shownName(value),
    selectedItem: zones.find(({ name }) => name === value) ?? null,
    defaultHighlightedIndex: 0,
    stateReducer: (state, { type, changes }) => {
      const { InputBlur, InputKeyDownEscape } = useCombobox.stateChangeTypes;
      // Leaving and Escape keep what was chosen; only choosing chooses.
      return type === InputBlur || type === InputKeyDownEscape
        ? { ...changes, selectedItem: state.selectedItem, inputValue: shownName(value) }
        : changes;
    },
    onIsOpenChange: ({ isOpen }) => {
      if (isOpen) setWanted(true);
      else setTyped(undefined);
    },
    onSelectedItemChange: ({ selectedItem }) => {
      if (selectedItem !== null && selectedItem.name !== value) onChange(selectedItem.name);
    },
  });

  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    // It opens below the field, where the panel may end; the field itself comes before it.
    list.current?.scrollIntoView({ block: "nearest" });
    document.getElementById(control.id)?.scrollIntoView({ block: "nearest" });
  }, [isOpen, shown.length, control.id]);

  return (
    <>
      <input
        {...getInputProps({
          ...control,
          onFocus: (event) => event.currentTarget.select(),
          // At once, where the combobox would say it a moment later: Enter may follow, and takes the first that is found.
          onChange: (event: ChangeEvent<HTMLInputElement>) => setTyped(event.currentTarget.value),
        })}
        aria-labelledby={undefined}
        type="text"
        className="input"
        spellCheck={false}
        autoCapitalize="off"
      />
      <ul
        {...getMenuProps({ ref: list, "aria-label": "Time zones" })}
        className={isOpen ? "mt-1 max-h-72 overflow-y-auto rounded-md border border-edge bg-raised py-1" : "hidden"}
      >
        {isOpen &&
          shown.map((zone, index) => (
            <li
              key={zone.name}
              {...getItemProps({ item: zone, index })}
              className={`cursor-pointer px-3 py-1.5 text-sm ${index === highlightedIndex ? "bg-tint outline-1 -outline-offset-1 outline-accent" : ""}`}
            >
              <span className="flex justify-between gap-3">
                <span className={zone.name === value ? "font-semibold" : ""}>{shownName(zone.name)}</span>
                <span className="shrink-0 text-soft">{offsetOf(zone.name, now)}</span>
              </span>
              {zone.place !== "" && <span className="block truncate text-soft">{zone.place}</span>}
            </li>
          ))}
      </ul>
      {isOpen && found.length !== shown.length && (
        <p className="hint mt-1">{found.length - shown.length} more: type a city or a country to find them.</p>
      )}
      {isOpen && found.length === 0 && <p className="hint mt-1">No time zones match</p>}
    </>
  );
}

function shownName(zone: string): string {
  return zone.replaceAll("_", " ");
}
