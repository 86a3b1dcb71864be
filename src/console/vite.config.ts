// How Vite builds the pages: everything in files of its own with a hash in the name, so that the page needs no inline script or style.
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: resolve(import.meta.dirname, '../../dist/console'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_000, // kB: elkjs is one piece, loaded by the chart alone
    rollupOptions: {
      input: {
        phone: resolve(import.meta.dirname, 'phone/index.html'),
        board: resolve(import.meta.dirname, 'board/index.html'),
        staff: resolve(import.meta.dirname, 'staff/index.html'),
      },
    },
  },
  // In `vite dev` the API is a Marty that runs beside it.
  server: { proxy: { '/api': 'http://localhost:8080' } },
});
