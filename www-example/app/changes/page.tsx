import type { Metadata } from "next";
import { NeedsYou } from "@/components/needs-you";

export const metadata: Metadata = { title: "Changes that need you" };

export default function ChangesPage() {
  return <NeedsYou />;
}
