ALTER TABLE "execution_events" ALTER COLUMN "type" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "execution_events" ADD COLUMN "event_count" integer DEFAULT 1 NOT NULL;