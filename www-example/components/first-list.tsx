"use client";

import { Suspense, createContext, use, useContext, useState, type ReactNode } from "react";
import type { FirstList } from "@/lib/list-view";
import { scheduleWords } from "@/lib/schedule-words";
import { ListToolbar } from "./list-toolbar";
import { PipelineRow, RowHeads } from "./pipeline-row";
import { useHome } from "./repository-provider";

const FirstListContext = createContext<Promise<FirstList | null>>(Promise.resolve(null));

const ignore = () => undefined;

/** What the server has put into the document. */
export function FirstListProvider({ list, children }: { list: Promise<FirstList | null>; children: ReactNode }) {
  return <FirstListContext value={list}>{children}</FirstListContext>;
}

/** While the list is loading: the page of it that came with the document, if one came. */
export function ListWhileLoading() {
  const { repository } = useHome();
  // Later on in the life of the document it would be an old one.
  const [isFirst] = useState(repository === null);
  if (!isFirst) return <Loading />;
  return (
    <Suspense fallback={<Loading />}>
      <Rows />
    </Suspense>
  );
}

function Loading() {
  return <p className="hint">Loading…</p>;
}

function Rows() {
  const list = use(useContext(FirstListContext));
  if (list === null || list.counts.all === 0) return <Loading />;
  const { view, shown, counts, found } = list;
  return (
    <>
      {/* In its place, so that nothing moves, and not yet to be used. */}
      <div inert>
        <ListToolbar
          search={view.search}
          onSearch={ignore}
          onSearched={ignore}
          filter={view.filter}
          onFilter={ignore}
          counts={counts}
          found={found}
        />
      </div>
      <RowHeads />
      <ul className="mt-6 divide-y divide-line border-y border-line md:mt-0">
        {shown.map((item) => (
          <PipelineRow key={item.id} item={item} words={scheduleWords(item.schedule, 0)} now={undefined} fires />
        ))}
      </ul>
    </>
  );
}
