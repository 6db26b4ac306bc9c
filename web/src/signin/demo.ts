import { queryOptions } from "@tanstack/react-query";

export type DemoSignIn = { email: string; password: string; role: string; name: string; organisation: string };

/** The demo school's people, with the notice that says what of it is simulated. */
export type Demo = { notice: string; sign_ins: DemoSignIn[] };

/** The server has `/demo.json` only while its demo school is switched on; without it there is nothing to offer. */
export const demoQuery = queryOptions({
  queryKey: ["demo"],
  queryFn: async ({ signal }): Promise<Demo | null> => {
    const response = await fetch("/demo.json", { signal });
    const isJson = response.headers.get("Content-Type")?.includes("json") ?? false;
    return response.ok && isJson ? ((await response.json()) as Demo) : null;
  },
  staleTime: Infinity,
  retry: false,
});
