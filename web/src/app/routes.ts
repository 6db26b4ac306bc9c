/**
 * Every address of the app, in one place. Each area is a part of its own that is fetched when it is first visited:
 * `lazyPage(area, where its pages are, the page)`. What an address may show to whom is the server's decision; the app
 * only leads people to what is meant for them (`areas.ts`).
 */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet, redirect } from "@tanstack/react-router";

import { isSignedIn } from "../api/tokens";
import { readAuditSearch } from "../audit/auditSearch";
import { readItemSearch } from "../author/itemSearch";
import { loadTexts } from "../i18n";
import { Crashed, NotFound } from "./DeadEnds";
import { Home } from "./Home";
import { lazyPage } from "./lazyPage";
import { Shell } from "./Shell";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: Crashed,
});

const signInPages = () => import("../signin");
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  // What is not allowed is set to undefined: a parameter that is merely left out would pass unchecked.
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    next: isOwnPath(search["next"]) ? search["next"] : undefined,
    ended: search["ended"] === true ? true : undefined,
  }),
  beforeLoad: ({ search }) => {
    if (isSignedIn()) throw redirect({ to: search.next ?? "/" });
  },
  component: lazyPage("signin", signInPages, "SignInPage"),
});

type SignInSearch = { next?: string | undefined; ended?: true | undefined };

/** Only a path of this app may be returned to after signing in, or a link could lead people elsewhere. */
function isOwnPath(value: unknown): value is string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value);
}

/** The token of a link in a mail, where the page was opened by one. */
const readToken = ({ token }: Record<string, unknown>): { token?: string | undefined } => ({
  token: typeof token === "string" ? token : undefined,
});

const consentPages = () => import("../consents");
/** One's own data stands under the settings, everybody's beside the people. */
const privacyPages = async () => {
  const [pages] = await Promise.all([import("../privacy"), loadTexts("settings"), loadTexts("consents"), loadTexts("family")]);
  return pages;
};

/** What mails lead to, and what leads to mails; for anybody, signed in or not. */
const account = [
  createRoute({
    getParentRoute: () => root,
    path: "/reset-password",
    validateSearch: readToken,
    component: lazyPage("signin", signInPages, "ResetPasswordPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/verify",
    validateSearch: readToken,
    component: lazyPage("signin", signInPages, "VerifyPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/invitation",
    validateSearch: readToken,
    component: lazyPage("signin", signInPages, "InvitationPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/confirm-email",
    validateSearch: readToken,
    component: lazyPage("signin", signInPages, "ConfirmEmailPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/guardian",
    validateSearch: readToken,
    component: lazyPage("consents", consentPages, "GuardianPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/guardian/confirm",
    validateSearch: readToken,
    component: lazyPage("consents", consentPages, "ConfirmConsentPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/erasure",
    validateSearch: readToken,
    component: lazyPage("privacy", privacyPages, "CertificatePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/register",
    component: lazyPage("signin", signInPages, "RegisterPage"),
  }),
] as const;

const design = createRoute({
  getParentRoute: () => root,
  path: "/design",
  component: lazyPage("design", () => import("../design/DesignPage"), "DesignPage"),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: ({ location }) => {
    if (!isSignedIn()) throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
  },
  component: Outlet,
});

const home = createRoute({ getParentRoute: () => signedIn, path: "/", component: Home });

const learner = [
  createRoute({
    getParentRoute: () => signedIn,
    path: "/tests",
    component: lazyPage("learner", () => import("../learner/HomePage"), "HomePage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/sessions/$sessionId",
    component: lazyPage("learner", () => import("../learner/PlayerPage"), "PlayerPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/sessions/$sessionId/result",
    component: lazyPage("learner", () => import("../learner/ResultPage"), "ResultPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/history",
    component: lazyPage("learner", () => import("../learner/HistoryPage"), "HistoryPage"),
  }),
] as const;

/** The id of a ward; without one a page is about oneself. */
const readWhose = ({ of }: Record<string, unknown>): { of?: string | undefined } => ({
  of: typeof of === "string" ? of : undefined,
});

const settings = [
  createRoute({
    getParentRoute: () => signedIn,
    path: "/settings",
    component: lazyPage("settings", () => import("../settings/SettingsPage"), "SettingsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/settings/security",
    component: lazyPage("settings", () => import("../settings/SecurityPage"), "SecurityPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/settings/privacy",
    validateSearch: readWhose,
    component: lazyPage("privacy", privacyPages, "PrivacyPage"),
  }),
] as const;

/** Which view of a class is shown; its learners, unless another one is named. */
type ClassSearch = { view?: "skills" | "assignments" | undefined };

const teacherPages = () => import("../teacher");
const teacher = [
  createRoute({
    getParentRoute: () => signedIn,
    path: "/teach",
    component: lazyPage("teacher", teacherPages, "ClassesPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/teach/classes/$classId",
    validateSearch: ({ view }: Record<string, unknown>): ClassSearch => ({
      view: view === "skills" || view === "assignments" ? view : undefined,
    }),
    component: lazyPage("teacher", teacherPages, "ClassPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/teach/classes/$classId/assign",
    component: lazyPage("teacher", teacherPages, "AssignPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/teach/assignments/$assignmentId",
    component: lazyPage("teacher", teacherPages, "AssignmentPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/teach/learners/$learnerId",
    component: lazyPage("teacher", teacherPages, "LearnerPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/teach/sessions/$sessionId",
    component: lazyPage("teacher", teacherPages, "SessionPage"),
  }),
] as const;

/** An item's preview is the learner's own, texts included. */
const authorPages = async () => {
  const [pages] = await Promise.all([import("../author"), loadTexts("learner")]);
  return pages;
};
const author = [
  createRoute({
    getParentRoute: () => signedIn,
    path: "/author/items",
    validateSearch: readItemSearch,
    component: lazyPage("author", authorPages, "ItemsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/author/items/$itemId",
    validateSearch: ({ version }: Record<string, unknown>): { version?: string | undefined } => ({
      version: typeof version === "string" ? version : undefined,
    }),
    component: lazyPage("author", authorPages, "ItemPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/author/skills",
    component: lazyPage("author", authorPages, "SkillsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/author/simulations",
    component: lazyPage("author", authorPages, "SimulationsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/author/simulations/$simulationId",
    component: lazyPage("author", authorPages, "SimulationPage"),
  }),
] as const;

const adminPages = () => import("../admin");
const admin = [
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/people",
    component: lazyPage("admin", adminPages, "PeoplePage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/people/$userId",
    component: lazyPage("admin", adminPages, "PersonPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/invitations",
    component: lazyPage("admin", adminPages, "InvitationsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/classes",
    component: lazyPage("admin", adminPages, "ClassesPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/classes/$classId",
    component: lazyPage("admin", adminPages, "ClassPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/rosters",
    component: lazyPage("admin", adminPages, "RostersPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/rosters/$rosterId",
    component: lazyPage("admin", adminPages, "RosterPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/data-requests",
    component: lazyPage("privacy", privacyPages, "DataRequestsPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/consents",
    component: lazyPage("consents", consentPages, "MissingConsentsPage"),
  }),
] as const;

/** The pages that show or note what was done, for staff; they find people as the administrator's pages do. */
const auditPages = async () => {
  const [pages] = await Promise.all([import("../audit"), loadTexts("admin"), loadTexts("settings"), loadTexts("family")]);
  return pages;
};
const audit = [
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/audit",
    validateSearch: readAuditSearch,
    component: lazyPage("audit", auditPages, "AuditPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/admin/disclosures",
    component: lazyPage("audit", auditPages, "DisclosuresPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/teach/learners/$learnerId/disclosures",
    component: lazyPage("audit", auditPages, "LearnerDisclosuresPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/settings/disclosures",
    validateSearch: readWhose,
    component: lazyPage("audit", auditPages, "OwnDisclosuresPage"),
  }),
] as const;

const operator = createRoute({
  getParentRoute: () => signedIn,
  path: "/operate",
  component: lazyPage("operator", () => import("../operator"), "OperationPage"),
});

/** What guardians see of tests and skills is what learners and teachers see of them, texts included. */
const familyPages = async () => {
  const [pages] = await Promise.all([import("../family"), loadTexts("learner"), loadTexts("teacher")]);
  return pages;
};
const family = [
  createRoute({
    getParentRoute: () => signedIn,
    path: "/family",
    component: lazyPage("family", familyPages, "FamilyPage"),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: "/family/$wardId",
    component: lazyPage("family", familyPages, "WardPage"),
  }),
] as const;

export const routeTree = root.addChildren([
  signIn,
  ...account,
  design,
  signedIn.addChildren([home, ...learner, ...settings, ...teacher, ...author, ...admin, ...audit, operator, ...family]),
]);
