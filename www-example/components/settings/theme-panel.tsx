"use client";

import { useState, useSyncExternalStore } from "react";
import { setTheme, themeHere, themes, type Theme } from "@/lib/theme";

const subscribe = () => () => undefined;

/** Light, dark, or as the system has it. */
export function ThemePanel() {
  const stored = useSyncExternalStore(subscribe, themeHere, () => undefined);
  const [chosen, setChosen] = useState<Theme>();
  const [kept, setKept] = useState(true);
  return (
    <fieldset className="panel">
      <legend className="heading float-left mb-3">Theme</legend>
      <div className="clear-left flex flex-wrap gap-x-6 gap-y-2">
        {(Object.keys(themes) as Theme[]).map((theme) => (
          <label key={theme} className="inline-flex min-h-10 cursor-pointer items-center gap-2 text-sm">
            <input
              type="radio"
              name="theme"
              className="size-4 accent-accent"
              checked={(chosen ?? stored) === theme}
              onChange={() => {
                setChosen(theme);
                setKept(setTheme(theme));
              }}
            />
            {themes[theme]}
          </label>
        ))}
      </div>
      {!kept && <p className="hint">This browser does not remember the choice: it lasts until the page is closed.</p>}
    </fieldset>
  );
}
