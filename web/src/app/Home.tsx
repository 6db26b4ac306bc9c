import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";

import { meQuery } from "../api/queries";
import { Failure, Loading } from "../components/States";
import { lazyPage } from "./lazyPage";
import { landingOf } from "./areas";

const LearnerHome = lazyPage("learner", () => import("../learner/HomePage"), "HomePage");

/** The first page after signing in: the learner's tests, or where staff work. */
export function Home() {
  const me = useQuery(meQuery);
  if (me.data) {
    const landing = landingOf(me.data);
    return landing === "/" ? <LearnerHome /> : <Navigate to={landing} replace />;
  }
  return (
    <div className="page">
      {me.isError ? <Failure error={me.error} onRetry={() => void me.refetch()} /> : <Loading />}
    </div>
  );
}
