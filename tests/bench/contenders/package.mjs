// The package as the others are asked: a file of its own, because the suite `cold` bundles each contender alone.
import { createInputSchema } from "../../../pkg/dist/index.js";

export const safeParse = (value) => createInputSchema.safeParse(value);
