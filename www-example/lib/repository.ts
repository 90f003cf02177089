/** The browser's repository: the server's where it keeps one, this device's beneath it or alone. */
import {
  ConvexPipelineRepository,
  FallbackPipelineRepository,
  IndexedDbPipelineRepository,
  type PipelineRepository,
} from "convex-pipelines";

/** What the server keeps pipelines in; `none` leaves them to the browser. */
export type ServerStore = "convex" | "file" | "none";

export interface Opened {
  repository: PipelineRepository;
  /** What is on this device. */
  local: IndexedDbPipelineRepository;
  /** The repository again, where it stands between the server and this device. */
  shared?: FallbackPipelineRepository;
}

export async function openRepository(server: ServerStore): Promise<Opened> {
  // An app whose people sign in and out on one device passes their `accountId` here.
  const local = await IndexedDbPipelineRepository.open();
  if (server === "none") return { repository: local, local };
  // The app's own routes: no token here, the server adds it. They are wherever this page is, https or not.
  const remote = new ConvexPipelineRepository({ baseUrl: `${location.origin}/api`, allowInsecure: true });
  const shared = new FallbackPipelineRepository({ remote, local });
  return { repository: shared, local, shared };
}
