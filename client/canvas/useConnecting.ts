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
      const why = whyRefused(graph, definitions, state);
      if (why !== null) actions?.refuse(why);
      if (actions === null || isValid === true || from === null || to === null || toNode !== null) return;
      const screen = "clientX" in event ? { x: event.clientX, y: event.clientY } : touchPoint(event);
      actions.openPalette({
        at: pointer ?? to,
        screen,
        from: { nodeId: from.nodeId, port: from.id ?? "", side: from.type === "source" ? "output" : "input" },
        edgeId: null,
      });
    },
    [graph, definitions, actions],
  );

  return { isValid, onConnect, onConnectEnd };
}

/** Why an edge that was let go on a port does not end there; null where it does, or where no port is. */
function whyRefused(graph: Graph, definitions: Definitions, state: FinalConnectionState): string | null {
  const { fromHandle: from, toHandle: to } = state;
  if (state.isValid !== false || from === null || to === null || from.type === to.type) return null;
  const [source, target] = from.type === "source" ? [from, to] : [to, from];
  const link = {
    source: source.nodeId,
    sourcePort: source.id ?? "",
    target: target.nodeId,
    targetPort: target.id ?? "",
  };
  return whyNotConnect(graph, definitions, link);
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
