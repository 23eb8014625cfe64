import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The page is served by Weir itself under "default-src 'self'": nothing inline, nothing from elsewhere.
export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The largest is the charts' engine, loaded with the first chart: its parts need each other. What is loaded first of all has
    // its own budget, which a test holds.
    chunkSizeWarningLimit: 650,
  },
  server: {
    // `npm run dev` beside a running Weir.
    proxy: { "/api": "http://127.0.0.1:8080" },
    fs: { allow: [".."] },
  },
});
