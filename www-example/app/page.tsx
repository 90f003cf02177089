import { AllPipelines } from "@/components/pipeline-pages";

export default function ListPage() {
  return (
    <>
      <h1 className="mb-6 text-2xl font-semibold tracking-tight">All pipelines</h1>
      <AllPipelines />
      <div className="h-16" />
    </>
  );
}
