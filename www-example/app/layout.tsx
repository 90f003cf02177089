import type { Metadata, Viewport } from "next";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { AccountMenu } from "@/components/account-menu";
import { FirstListProvider } from "@/components/first-list";
import { Plus } from "lucide-react";
import { GuardedLink, LeaveGuard } from "@/components/leave-guard";
import { LossNotice } from "@/components/loss-notice";
import { ModuleLoaded } from "@/components/module-loaded";
import { RepositoryProvider } from "@/components/repository-provider";
import { SavedWhere } from "@/components/saved-where";
import { MODULE_URL } from "@/lib/module";
import type { ServerStore } from "@/lib/repository";
import { themeScript } from "@/lib/theme";
import { readFirstList } from "@/server/first-list";
import { serverStore } from "@/server/store";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Pipelines", template: "%s · Pipelines" },
  description: "Process text in steps, on a schedule or on request",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fdfdfb" },
    { media: "(prefers-color-scheme: dark)", color: "#141513" },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The script below knows this browser's theme, the server does not.
    <html lang="en" suppressHydrationWarning>
      <head>
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        <link rel="preload" href={MODULE_URL} as="fetch" type="application/wasm" crossOrigin="anonymous" />
      </head>
      <body className="font-sans">
        <RepositoryProvider server={storeOfThisServer()}>
          <LeaveGuard>
            <a
              href="#main"
              className="button sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-40"
            >
              Skip to content
            </a>
            <header className="border-b border-line">
              <div className="mx-auto flex min-h-14 max-w-400 items-center gap-x-2 px-4 py-2 sm:gap-x-4 sm:px-6">
                <GuardedLink href="/" className="mr-auto text-base font-semibold tracking-tight">
                  Pipelines
                </GuardedLink>
                <SavedWhere />
                <AccountMenu />
                <GuardedLink href="/pipelines/new" className="button px-2.5 sm:px-3.5">
                  <span className="sm:hidden">
                    <Plus aria-hidden className="size-5" />
                  </span>
                  <span className="max-sm:sr-only">New pipeline</span>
                </GuardedLink>
              </div>
            </header>
            <LossNotice />
            <main id="main" className="mx-auto max-w-400 px-4 pt-8 sm:px-6">
              <FirstListProvider list={readFirstList()}>
                <ModuleLoaded>{children}</ModuleLoaded>
              </FirstListProvider>
            </main>
          </LeaveGuard>
        </RepositoryProvider>
      </body>
    </html>
  );
}

/** What this server keeps pipelines in, from its environment as it is now, not as it was when the app was built. */
async function storeOfThisServer(): Promise<ServerStore> {
  await connection();
  return serverStore().kind;
}
