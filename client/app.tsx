import { QueryClientProvider } from "@tanstack/react-query";
import { useAtomValue } from "jotai";
import { useEffect } from "react";
import { ErrorBoundary } from "./components/shell/ErrorBoundary.tsx";
import { Toaster } from "./components/ui/Toast.tsx";
import { TooltipLayer } from "./components/ui/TooltipLayer.tsx";
import { Routes } from "./routes.tsx";
import { themeAtom } from "./stores/theme.ts";
import { queryClient, trpc, trpcClient } from "./trpc.ts";

const barColors = { light: "#f6f6f7", dark: "#0d0e10" } as const;

export function App() {
  const theme = useAtomValue(themeAtom);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", barColors[theme]);
  }, [theme]);
  return (
    <trpc.Provider client={trpcClient} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>
        <ErrorBoundary>
          <Routes />
        </ErrorBoundary>
        <Toaster theme={theme} />
        <TooltipLayer />
      </QueryClientProvider>
    </trpc.Provider>
  );
}
