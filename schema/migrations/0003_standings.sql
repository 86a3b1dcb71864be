CREATE TABLE "service_standings" (
	"service" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"resting" boolean NOT NULL,
	"answered_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL
);
