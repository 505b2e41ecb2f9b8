import type { Connection, Edge, FinalConnectionState } from "@xyflow/react";
import { useCallback } from "react";
import type { Graph } from "#src/schemas/graph.ts";
import type { CanvasActions } from "./canvasContext.ts";
import { type Definitions, type Link, whyNotConnect } from "./connections.ts";

/** Drawing an edge: allowed ends only; let go on the empty canvas, it asks what should stand there. */
export function useConnecting(options: { graph: Graph; definitions: Definitions; actions: CanvasActions | null }) {
  const { graph, definitions, actions } = options;

  const isValid = useCallback(
    (connection: Connection | Edge) => {
      const link = toLink(connection);
      return link !== null && whyNotConnect(graph, definitions, link) === null;
    },
    [graph, definitions],
  );

  const onConnect = useCallback(
    (connection: Connection) => {
      const link = toLink(connection);
      if (link !== null) actions?.connect(link);
    },
    [actions],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const { fromHandle: from, to, toNode, isValid, pointer } = state;
      if (actions === null || isValid === true || from === null || to === null || toNode !== null) return;
      const screen = "clientX" in event ? { x: event.clientX, y: event.clientY } : touchPoint(event);
      actions.openPalette({
        at: pointer ?? to,
        screen,
        from: { nodeId: from.nodeId, port: from.id ?? "", side: from.type === "source" ? "output" : "input" },
        edgeId: null,
      });
    },
    [actions],
  );

  return { isValid, onConnect, onConnectEnd };
}

function toLink(connection: Connection | Edge): Link | null {
  const { source, sourceHandle, target, targetHandle } = connection;
  if (typeof sourceHandle !== "string" || typeof targetHandle !== "string") return null;
  return { source, sourcePort: sourceHandle, target, targetPort: targetHandle };
}

function touchPoint(event: TouchEvent) {
  const touch = event.changedTouches[0];
  return touch === undefined ? null : { x: touch.clientX, y: touch.clientY };
}
