CREATE TABLE "canned_answers" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "canned_answers_store_id_id_pk" PRIMARY KEY("store_id","id")
);
--> statement-breakpoint
CREATE TABLE "notes" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"actor_key" uuid NOT NULL,
	"staff_id" text NOT NULL,
	"body_sealed" "bytea" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "notes_store_id_id_pk" PRIMARY KEY("store_id","id")
);
--> statement-breakpoint
CREATE TABLE "search_tokens" (
	"store_id" integer NOT NULL,
	"token" "bytea" NOT NULL,
	"actor_key" uuid NOT NULL,
	"origin" uuid NOT NULL,
	CONSTRAINT "search_tokens_store_id_token_actor_key_origin_pk" PRIMARY KEY("store_id","token","actor_key","origin")
);
--> statement-breakpoint
CREATE TABLE "stock_adjustments" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"isbn13" text NOT NULL,
	"staff_id" text NOT NULL,
	"on_hand_before" integer NOT NULL,
	"on_hand_after" integer NOT NULL,
	"reason" text,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "stock_adjustments_store_id_id_pk" PRIMARY KEY("store_id","id")
);
--> statement-breakpoint
CREATE TABLE "login_attempts" (
	"key" "bytea" PRIMARY KEY NOT NULL,
	"tries" integer NOT NULL,
	"window_ends" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "login_links" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"staff_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"staff_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "staff" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"stores" integer[],
	"password_hash" text,
	"disabled_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "staff_email_unique" UNIQUE("email"),
	CONSTRAINT "staff_email" CHECK ("staff"."email" = lower("staff"."email"))
);
--> statement-breakpoint
CREATE TABLE "staff_audit" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"staff_id" text NOT NULL,
	"act" text NOT NULL,
	"target" text,
	"status" integer NOT NULL,
	"correlation_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "staff_audit_store_id_id_pk" PRIMARY KEY("store_id","id")
);
--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "unread" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "actors" ADD COLUMN "active_hour" timestamp GENERATED ALWAYS AS (date_trunc('hour', updated_at at time zone 'UTC')) STORED;--> statement-breakpoint
ALTER TABLE "actors" ADD COLUMN "standing" text GENERATED ALWAYS AS (coalesce(value::jsonb -> 'conversation', value::jsonb)::text) STORED;--> statement-breakpoint
ALTER TABLE "login_links" ADD CONSTRAINT "login_links_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notes_actor" ON "notes" USING btree ("store_id","actor_key","id");--> statement-breakpoint
CREATE INDEX "search_tokens_actor" ON "search_tokens" USING btree ("store_id","actor_key","origin");--> statement-breakpoint
CREATE INDEX "stock_adjustments_book" ON "stock_adjustments" USING btree ("store_id","isbn13","id");--> statement-breakpoint
CREATE INDEX "login_attempts_end" ON "login_attempts" USING btree ("window_ends");--> statement-breakpoint
CREATE INDEX "sessions_staff" ON "sessions" USING btree ("staff_id");--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "staff_audit_who" ON "staff_audit" USING btree ("store_id","staff_id","id");--> statement-breakpoint
CREATE INDEX "book_mentions_book" ON "book_mentions" USING btree ("store_id","isbn13","last_at");--> statement-breakpoint
CREATE INDEX "order_lines_book" ON "order_lines" USING btree ("store_id","isbn13");--> statement-breakpoint
CREATE INDEX "orders_concern" ON "orders" USING btree ("store_id","customer_key") WHERE "orders"."concern" is not null;--> statement-breakpoint
CREATE INDEX "messages_undelivered" ON "messages" USING btree ("store_id","actor_key","id") WHERE "messages"."status" in ('failed', 'unknown');--> statement-breakpoint
CREATE INDEX "threads_heard" ON "threads" USING btree ("store_id","heard_at","actor_key");--> statement-breakpoint
CREATE INDEX "threads_unread" ON "threads" USING btree ("store_id","heard_at","actor_key") WHERE "threads"."unread" > 0;--> statement-breakpoint
CREATE INDEX "actors_active" ON "actors" USING btree ("store_id","active_hour");--> statement-breakpoint
CREATE INDEX "actors_standing" ON "actors" USING btree ("store_id","machine","standing");--> statement-breakpoint
CREATE INDEX "actors_tagged" ON "actors" USING btree ("store_id","machine") WHERE tags <> '[]';--> statement-breakpoint
CREATE INDEX "actors_aside" ON "actors" USING btree ("store_id") WHERE status = 'aside';--> statement-breakpoint
CREATE INDEX "events_at" ON "events" USING brin ("at");--> statement-breakpoint
CREATE INDEX "inbox_aside" ON "inbox" USING btree ("store_id","position") WHERE state = 'aside';
--> statement-breakpoint
-- What staff did stays as it was written.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
--> statement-breakpoint
CREATE TRIGGER staff_audit_append_only BEFORE UPDATE OR DELETE ON "staff_audit" FOR EACH ROW EXECUTE FUNCTION refuse_change();
