import type { Metadata } from "next";
import Link from "next/link";

export const metadata: Metadata = { title: { absolute: "Page not found · Pipelines" } };

export default function NotFound() {
  return (
    <div className="py-10">
      <h1 className="text-2xl font-semibold tracking-tight">Page not found</h1>
      <Link href="/" className="button mt-6">
        All pipelines
      </Link>
    </div>
  );
}
