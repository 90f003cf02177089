/** Set by `proxy.ts`, for the list and a browser that has an account: what the address asks of the list. */
export const LIST_HEADER = "x-pipelines-list";
