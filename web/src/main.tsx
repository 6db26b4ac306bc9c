import "@fontsource-variable/lexend/wght.css";
import "./styles/index.css";

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { applyAppearance } from "./app/appearance";
import { createQueryClient } from "./app/queryClient";
import { createAppRouter } from "./app/router";
import { startTranslations } from "./i18n";

async function start(): Promise<void> {
  applyAppearance();
  await startTranslations();
  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  const queryClient = createQueryClient();
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={createAppRouter(queryClient)} />
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
