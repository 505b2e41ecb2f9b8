import { Skeleton } from "#client/components/ui/Skeleton.tsx";

export const InspectorSkeleton = () => (
  <div aria-hidden className="flex flex-col gap-4 p-4">
    <Skeleton className="h-5 w-32" />
    <Skeleton className="h-20" />
    <Skeleton className="h-8" />
  </div>
);
