import type { Metadata } from "next";
import { ClearDevice } from "@/components/settings/clear-device";
import { StoragePanel } from "@/components/settings/storage-panel";
import { ThemePanel } from "@/components/settings/theme-panel";
import { TransferPanel } from "@/components/settings/transfer-panel";

export const metadata: Metadata = { title: "Settings" };

export default function SettingsPage() {
  return (
    <div className="max-w-3xl min-[90rem]:max-w-none">
      <h1 className="mb-6 text-2xl font-semibold tracking-tight">Settings</h1>
      <div className="grid items-start gap-6 min-[90rem]:grid-cols-2">
        <ThemePanel />
        <StoragePanel />
        <TransferPanel />
        <ClearDevice />
      </div>
      <div className="h-16" />
    </div>
  );
}
