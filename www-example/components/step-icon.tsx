import {
  BrushCleaning,
  CircleHelp,
  Drama,
  Languages,
  ListCollapse,
  Scissors,
  Send,
  type LucideIcon,
} from "lucide-react";
import { isKnownKind, type StepKind } from "@/lib/step-forms";

const icons: Record<StepKind, LucideIcon> = {
  clean: BrushCleaning,
  summarise: ListCollapse,
  translate: Languages,
  tone: Drama,
  chunk: Scissors,
  queue: Send,
};

export function StepIcon({ kind }: { kind: string }) {
  const Icon = isKnownKind(kind) ? icons[kind] : CircleHelp;
  return <Icon aria-hidden="true" className="size-4.5 shrink-0 text-accent" strokeWidth={1.75} />;
}
