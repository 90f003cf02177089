import Link from "next/link";

export default function NotFound() {
  return (
    <div className="py-10">
      <h1 className="text-2xl font-semibold tracking-tight">There is nothing here</h1>
      <Link href="/" className="button mt-6">
        All pipelines
      </Link>
    </div>
  );
}
