import { QueryClient } from "@tanstack/react-query";

import { isTransient } from "../api/problem";
import { retryDelayMs } from "../api/retry";

const READ_RETRIES = 3;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A school's server may be on the same machine or network, so the browser's idea of being offline says nothing.
        networkMode: "always",
        refetchOnWindowFocus: false,
        refetchOnReconnect: true,
        retry: (failures, error) => isTransient(error) && failures < READ_RETRIES,
        retryDelay: retryDelayMs,
      },
      mutations: { networkMode: "always" },
    },
  });
}
