// Calls a running service by types that openapi-typescript generated, with openapi-fetch. Usage: generated-client.js URL
import createClient from "openapi-fetch";
import type { paths } from "./discretizer.js";

declare const process: { argv: string[] }; // so that no package of Node's types is needed
const url = process.argv[2]!;
const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: url });

const { data, error } = await client.POST("/api/v1/discretize/conv-spike", {
  body: { conv: { weight: [[[1, -0.5]], [[0.25, 0]]] }, spike: { spike_threshold: 1, min_v_mem: -1 } },
});
if (error) throw new Error(error.detail);
const scale: number = data.scale;
// @ts-expect-error A scale is no text: the types are those of the answer in JSON, not of any answer.
const text: string = data.scale;
if (scale !== 127 || data.limited_by !== "weight") throw new Error(JSON.stringify(data));

// @ts-expect-error A weight is no text.
const refused = await client.POST("/api/v1/scale", { body: { tensor: "ones" } });
if (refused.error?.status !== 422 && refused.error?.status !== 400) throw new Error(JSON.stringify(refused));

// Files have the type of a text in TypeScript, where fetch takes bytes.
const file = await (await fetch(`${url}/api/v1/examples/tiny.nir`)).arrayBuffer();
const network = await client.POST("/api/v1/discretize/network", {
  body: file as unknown as string,
  bodySerializer: (body) => body,
  headers: { "Content-Type": "application/vnd.hdfgroup.hdf5", Accept: "application/json" },
});
if (!network.data?.layers.length) throw new Error(JSON.stringify(network));
console.log(`scale ${scale}, a network of ${network.data.layers.length} layers`);
