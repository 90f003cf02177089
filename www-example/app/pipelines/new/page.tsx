import type { Metadata } from "next";
import { NewPipeline } from "@/components/pipeline-pages";

export const metadata: Metadata = { title: "New pipeline" };

export default function NewPage() {
  return <NewPipeline />;
}
