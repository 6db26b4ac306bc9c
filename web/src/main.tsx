import "@fontsource-variable/lexend/wght.css";
import "./styles/index.css";

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { startPreferences } from "./app/preferences";
import { createQueryClient } from "./app/queryClient";
import { createAppRouter } from "./app/router";
import { ToastProvider } from "./components/Toast";
import { startTranslations } from "./i18n";
import { loadWaitingAnswers } from "./offline/queue";
import { startWorker } from "./offline/worker";

async function start(): Promise<void> {
  startPreferences();
  startWorker();
  await Promise.all([startTranslations(), loadWaitingAnswers()]);
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  const queryClient = createQueryClient();
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ToastProvider>
          <RouterProvider router={createAppRouter(queryClient)} />
        </ToastProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
