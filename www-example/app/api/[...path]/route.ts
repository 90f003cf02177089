/** Whatever else is asked of the API: its callers read JSON, also where there is nothing. */
import { refusal } from "@/server/refusal";

function nothing(): Response {
  return refusal(404, "not_found", "there is no such route");
}

export { nothing as GET, nothing as HEAD, nothing as POST, nothing as PUT, nothing as PATCH, nothing as DELETE };
