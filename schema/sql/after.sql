-- Rows that are rewritten in place all the time leave room on their page for the next version.
ALTER TABLE "actors" SET (fillfactor = 80);
--> statement-breakpoint
ALTER TABLE "commands" SET (fillfactor = 80);
