import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin, type Rolldown } from "vite";

/** KaTeX ships each font three times; every browser that can run this app reads woff2. */
function keepWoff2Only(): Plugin {
  return {
    name: "dreamseed:katex-woff2-only",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("katex.min.css")) return null;
      return code.replace(/,url\([^)]+\.(?:woff|ttf)\) format\("[^"]+"\)/g, "");
    },
  };
}

/** What the running app can do without until it is asked for, when the network must be there anyway. */
const LEFT_OUT_OFFLINE = /(?:Caligraphic|Fraktur|SansSerif|Script|Typewriter|vietnamese|cyrillic|greek).*\.woff2$/;

/**
 * Builds `service-worker.js` beside the app, with a list of everything that the app needs to start without a network.
 * It is one classic script without imports, which every browser with service workers can run.
 */
function offlineWorker(): Plugin {
  return {
    name: "dreamseed:offline-worker",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      async handler(_options, bundle) {
        const files = Object.keys(bundle).filter((file) => file.startsWith("assets/") && !LEFT_OUT_OFFLINE.test(file));
        const shell = files.sort().map((file) => `/${file}`);
        const version = createHash("sha256").update(shell.join("\n")).digest("hex").slice(0, 12);
        const source = await workerScript({ SHELL: JSON.stringify(shell), SHELL_VERSION: JSON.stringify(version) });
        this.emitFile({ type: "asset", fileName: "service-worker.js", source });
      },
    },
  };
}

async function workerScript(define: Record<string, string>): Promise<string> {
  const input = fileURLToPath(new URL("src/worker/serviceWorker.ts", import.meta.url));
  const built = (await build({
    configFile: false,
    logLevel: "error",
    define,
    build: { write: false, rolldownOptions: { input, output: { format: "iife" } } },
  })) as Rolldown.RolldownOutput;
  return built.output[0].code;
}

const gateway = process.env["DREAMSEED_URL"] ?? "http://127.0.0.1:8460";

export default defineConfig({
  plugins: [keepWoff2Only(), react(), offlineWorker()],
  build: {
    // A content security policy without `data:` fonts must hold, so nothing is inlined.
    assetsInlineLimit: 0,
    sourcemap: false,
  },
  server: {
    proxy: { "/api": gateway, "/demo.json": gateway },
  },
});
