// The entry without the embedded module; its types are those of `api/slim.ts`.
export * from "./api/slim.js";
