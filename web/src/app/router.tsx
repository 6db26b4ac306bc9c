import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";

import { isSignedIn } from "../api/tokens";
import { Crashed, NotFound } from "./DeadEnds";
import { Shell } from "./Shell";

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: Crashed,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  // What is not allowed is set to undefined: a parameter that is merely left out would pass unchecked.
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    next: isOwnPath(search["next"]) ? search["next"] : undefined,
    ended: search["ended"] === true ? true : undefined,
  }),
  beforeLoad: ({ search }) => {
    if (isSignedIn()) throw redirect({ to: search.next ?? "/" });
  },
  component: lazyRouteComponent(() => import("../signin/SignInPage"), "SignInPage"),
});

type SignInSearch = { next?: string | undefined; ended?: true | undefined };

/** Only a path of this app may be returned to after signing in, or a link could lead people elsewhere. */
function isOwnPath(value: unknown): value is string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value);
}

const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: ({ location }) => {
    if (!isSignedIn()) throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
  },
  component: Outlet,
});

const homeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/",
  component: lazyRouteComponent(() => import("../learner/HomePage"), "HomePage"),
});

const playerRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/sessions/$sessionId",
  component: lazyRouteComponent(() => import("../learner/PlayerPage"), "PlayerPage"),
});

const resultRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/sessions/$sessionId/result",
  component: lazyRouteComponent(() => import("../learner/ResultPage"), "ResultPage"),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  signedInRoute.addChildren([homeRoute, playerRoute, resultRoute]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({ routeTree, context: { queryClient }, scrollRestoration: true });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
