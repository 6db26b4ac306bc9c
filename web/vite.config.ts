import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

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

const gateway = process.env["DREAMSEED_URL"] ?? "http://127.0.0.1:8460";

export default defineConfig({
  plugins: [keepWoff2Only(), react()],
  build: {
    // A content security policy without `data:` fonts must hold, so nothing is inlined.
    assetsInlineLimit: 0,
    sourcemap: false,
  },
  server: {
    proxy: { "/api": gateway, "/demo.json": gateway },
  },
});
