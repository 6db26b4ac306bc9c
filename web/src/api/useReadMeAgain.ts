import { useQueryClient } from "@tanstack/react-query";

import { meQuery } from "./queries";
import { renewAccessToken } from "./tokens";

/** Read again what one may do. An access token says what held when it was made, so there is a new one first. */
export function useReadMeAgain(): () => Promise<void> {
  const queryClient = useQueryClient();
  return async () => {
    await renewAccessToken();
    await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
  };
}
