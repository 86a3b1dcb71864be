CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS unaccent;
--> statement-breakpoint
CREATE TABLE "book_mentions" (
	"store_id" integer NOT NULL,
	"actor_key" uuid NOT NULL,
	"isbn13" text NOT NULL,
	"said_by" text NOT NULL,
	"times" integer DEFAULT 1 NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "book_mentions_store_id_actor_key_isbn13_pk" PRIMARY KEY("store_id","actor_key","isbn13")
);
--> statement-breakpoint
CREATE TABLE "books" (
	"store_id" integer NOT NULL,
	"isbn13" text NOT NULL,
	"title" text NOT NULL,
	"authors" text[] NOT NULL,
	"year" smallint,
	"price_cents" integer NOT NULL,
	"currency" text NOT NULL,
	"subjects" text[] DEFAULT '{}' NOT NULL,
	"moods" text[] DEFAULT '{}' NOT NULL,
	"age" text DEFAULT 'adult' NOT NULL,
	"shelf" text,
	"description" text,
	"series" text,
	"series_number" real,
	"revision" bigint NOT NULL,
	CONSTRAINT "books_store_id_isbn13_pk" PRIMARY KEY("store_id","isbn13"),
	CONSTRAINT "books_isbn13" CHECK ("books"."isbn13" ~ '^97[89][0-9]{10}$'),
	CONSTRAINT "books_price_cents" CHECK ("books"."price_cents" > 0)
);
--> statement-breakpoint
CREATE TABLE "catalogue_revisions" (
	"store_id" integer PRIMARY KEY NOT NULL,
	"revision" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cached_answers" (
	"store_id" integer NOT NULL,
	"question" "bytea" NOT NULL,
	"reply_sealed" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "cached_answers_store_id_question_pk" PRIMARY KEY("store_id","question")
);
--> statement-breakpoint
CREATE TABLE "thread_summaries" (
	"store_id" integer NOT NULL,
	"actor_key" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"summary_sealed" "bytea" NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "thread_summaries_store_id_actor_key_pk" PRIMARY KEY("store_id","actor_key")
);
--> statement-breakpoint
CREATE TABLE "token_usage" (
	"store_id" integer NOT NULL,
	"actor_key" uuid NOT NULL,
	"day" date NOT NULL,
	"input_tokens" integer NOT NULL,
	"cached_tokens" integer NOT NULL,
	"output_tokens" integer NOT NULL,
	"requests" integer NOT NULL,
	CONSTRAINT "token_usage_store_id_actor_key_day_pk" PRIMARY KEY("store_id","actor_key","day")
);
--> statement-breakpoint
CREATE TABLE "addresses" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"actor_key" uuid NOT NULL,
	"address_sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "addresses_store_id_id_pk" PRIMARY KEY("store_id","id")
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"store_id" integer NOT NULL,
	"actor_key" uuid NOT NULL,
	"name_sealed" "bytea",
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "customers_store_id_actor_key_pk" PRIMARY KEY("store_id","actor_key")
);
--> statement-breakpoint
CREATE TABLE "inventory" (
	"store_id" integer NOT NULL,
	"isbn13" text NOT NULL,
	"on_hand" integer NOT NULL,
	"reserved" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inventory_store_id_isbn13_pk" PRIMARY KEY("store_id","isbn13"),
	CONSTRAINT "inventory_isbn13" CHECK ("inventory"."isbn13" ~ '^97[89][0-9]{10}$'),
	CONSTRAINT "inventory_reserved" CHECK (0 <= "inventory"."reserved" and "inventory"."reserved" <= "inventory"."on_hand")
);
--> statement-breakpoint
CREATE TABLE "order_lines" (
	"store_id" integer NOT NULL,
	"order_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"isbn13" text NOT NULL,
	"title" text NOT NULL,
	"copies" integer NOT NULL,
	"price_cents" integer NOT NULL,
	CONSTRAINT "order_lines_store_id_order_id_position_pk" PRIMARY KEY("store_id","order_id","position"),
	CONSTRAINT "order_lines_copies" CHECK ("order_lines"."copies" > 0),
	CONSTRAINT "order_lines_price" CHECK ("order_lines"."price_cents" >= 0)
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"customer_key" uuid NOT NULL,
	"state" text NOT NULL,
	"fulfillment" text NOT NULL,
	"currency" text NOT NULL,
	"total_cents" integer NOT NULL,
	"tax_cents" integer NOT NULL,
	"shipping_cents" integer NOT NULL,
	"address_id" uuid,
	"payment_reference" text,
	"payment_status" text NOT NULL,
	"payment_url" text,
	"held_until" timestamp with time zone,
	"tracking" text,
	"concern" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "orders_store_id_id_pk" PRIMARY KEY("store_id","id")
);
--> statement-breakpoint
CREATE TABLE "reservations" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"key" text NOT NULL,
	"lines" jsonb NOT NULL,
	"state" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reservations_store_id_id_pk" PRIMARY KEY("store_id","id"),
	CONSTRAINT "reservations_state" CHECK ("reservations"."state" in ('held', 'sold', 'released'))
);
--> statement-breakpoint
CREATE TABLE "till_events" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"body" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"copies" integer NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"delivered_at" timestamp with time zone,
	CONSTRAINT "till_events_store_id_id_pk" PRIMARY KEY("store_id","id")
);
--> statement-breakpoint
CREATE TABLE "till_intents" (
	"store_id" integer NOT NULL,
	"key" text NOT NULL,
	"operation" text NOT NULL,
	"provider" text NOT NULL,
	"order_id" uuid NOT NULL,
	"request" jsonb,
	"response" jsonb,
	"reference" text,
	"cancelled_at" timestamp with time zone,
	"checked_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "till_intents_store_id_key_pk" PRIMARY KEY("store_id","key"),
	CONSTRAINT "till_intents_key" CHECK (length("till_intents"."key") <= 45)
);
--> statement-breakpoint
CREATE TABLE "till_links" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"intent_key" text NOT NULL,
	"order_id" uuid NOT NULL,
	"request" jsonb NOT NULL,
	"total_cents" integer NOT NULL,
	"currency" text NOT NULL,
	"state" text NOT NULL,
	"payment_id" text,
	"refunded_cents" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"paid_at" timestamp with time zone,
	CONSTRAINT "till_links_store_id_id_pk" PRIMARY KEY("store_id","id"),
	CONSTRAINT "till_links_id_unique" UNIQUE("id"),
	CONSTRAINT "till_links_payment_id_unique" UNIQUE("payment_id"),
	CONSTRAINT "till_links_paid" CHECK (("till_links"."state" = 'paid') = ("till_links"."payment_id" is not null)),
	CONSTRAINT "till_links_refunded" CHECK ("till_links"."refunded_cents" between 0 and "till_links"."total_cents")
);
--> statement-breakpoint
CREATE TABLE "till_refunds" (
	"store_id" integer NOT NULL,
	"intent_key" text NOT NULL,
	"payment_id" text NOT NULL,
	"amount_cents" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "till_refunds_store_id_intent_key_pk" PRIMARY KEY("store_id","intent_key")
);
--> statement-breakpoint
CREATE TABLE "webhook_receipts" (
	"store_id" integer NOT NULL,
	"provider" text NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"times" bigint DEFAULT 1 NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_receipts_store_id_provider_event_id_pk" PRIMARY KEY("store_id","provider","event_id")
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"actor_key" uuid NOT NULL,
	"change" text NOT NULL,
	"source" text NOT NULL,
	"words_sealed" "bytea",
	"message_id" text,
	"channel" text,
	"told" text,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "consents_store_id_id_pk" PRIMARY KEY("store_id","id")
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"actor_key" uuid NOT NULL,
	"thread_id" uuid,
	"direction" text NOT NULL,
	"by" text NOT NULL,
	"kind" text NOT NULL,
	"body_sealed" "bytea" NOT NULL,
	"channel" text,
	"status" text NOT NULL,
	"reason" text,
	"seq" bigint NOT NULL,
	"position" smallint DEFAULT 0 NOT NULL,
	"exempt" boolean DEFAULT false NOT NULL,
	"line" text,
	"variant" text,
	"suggestions" jsonb,
	"segments" smallint DEFAULT 1 NOT NULL,
	"provider_id" text,
	"at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "messages_store_id_id_pk" PRIMARY KEY("store_id","id")
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "messages_default" PARTITION OF "messages" DEFAULT;
--> statement-breakpoint
CREATE TABLE "threads" (
	"store_id" integer NOT NULL,
	"actor_key" uuid NOT NULL,
	"channel" text,
	"thread_id" uuid,
	"heard_seq" bigint DEFAULT 0 NOT NULL,
	"heard_at" timestamp with time zone,
	"opted_out" boolean DEFAULT false NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp with time zone,
	CONSTRAINT "threads_store_id_actor_key_pk" PRIMARY KEY("store_id","actor_key")
);
--> statement-breakpoint
CREATE TABLE "actors" (
	"store_id" integer NOT NULL,
	"key" uuid NOT NULL,
	"machine" text NOT NULL,
	"version" integer NOT NULL,
	"address_hash" "bytea",
	"address_sealed" "bytea",
	"data_key" "bytea",
	"seq" bigint NOT NULL,
	"status" text NOT NULL,
	"trouble" text,
	"value" text NOT NULL,
	"tags" text NOT NULL,
	"snapshot" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "actors_store_id_key_pk" PRIMARY KEY("store_id","key")
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"tries" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "commands" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"actor_key" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"child_id" text,
	"status" text NOT NULL,
	"attempt" integer NOT NULL,
	"failures" integer NOT NULL,
	"input" "bytea" NOT NULL,
	"result" "bytea",
	"code" text,
	"owner" uuid,
	"due_at" timestamp with time zone,
	"correlation_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "commands_store_id_id_pk" PRIMARY KEY("store_id","id")
);
--> statement-breakpoint
CREATE TABLE "dedupe" (
	"store_id" integer NOT NULL,
	"actor_key" uuid NOT NULL,
	"key" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "dedupe_store_id_actor_key_key_pk" PRIMARY KEY("store_id","actor_key","key")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"store_id" integer NOT NULL,
	"actor_key" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"version" integer NOT NULL,
	"type" text NOT NULL,
	"source" text NOT NULL,
	"correlation_id" text NOT NULL,
	"value" text NOT NULL,
	"commands" text NOT NULL,
	"payload" "bytea" NOT NULL,
	CONSTRAINT "events_store_id_actor_key_seq_at_pk" PRIMARY KEY("store_id","actor_key","seq","at")
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE TABLE "events_default" PARTITION OF "events" DEFAULT;
--> statement-breakpoint
CREATE TABLE "inbox" (
	"store_id" integer NOT NULL,
	"position" bigserial NOT NULL,
	"actor_key" uuid NOT NULL,
	"state" text NOT NULL,
	"payload" "bytea" NOT NULL,
	"type" text NOT NULL,
	"trouble" text,
	"not_before" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "inbox_store_id_position_pk" PRIMARY KEY("store_id","position")
);
--> statement-breakpoint
CREATE TABLE "timers" (
	"store_id" integer NOT NULL,
	"actor_key" uuid NOT NULL,
	"id" text NOT NULL,
	"token" uuid NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"held_until" timestamp with time zone NOT NULL,
	"event" "bytea" NOT NULL,
	CONSTRAINT "timers_store_id_actor_key_id_pk" PRIMARY KEY("store_id","actor_key","id")
);
--> statement-breakpoint
CREATE TABLE "stores" (
	"id" integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "stores_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"timezone" text NOT NULL,
	"hours" jsonb NOT NULL,
	"phone" text,
	"currency" text NOT NULL,
	"tax_rate_ppm" integer NOT NULL,
	"shipping_cents" integer NOT NULL,
	"merchant_id" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stores_slug_unique" UNIQUE("slug"),
	CONSTRAINT "stores_phone_unique" UNIQUE("phone"),
	CONSTRAINT "stores_merchant_id_unique" UNIQUE("merchant_id"),
	CONSTRAINT "stores_tax_rate_ppm" CHECK ("stores"."tax_rate_ppm" between 0 and 1000000),
	CONSTRAINT "stores_shipping_cents" CHECK ("stores"."shipping_cents" >= 0)
);
--> statement-breakpoint
ALTER TABLE "book_mentions" ADD CONSTRAINT "book_mentions_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "books" ADD CONSTRAINT "books_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalogue_revisions" ADD CONSTRAINT "catalogue_revisions_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "addresses" ADD CONSTRAINT "addresses_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inventory" ADD CONSTRAINT "inventory_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_store_id_order_id_orders_store_id_id_fk" FOREIGN KEY ("store_id","order_id") REFERENCES "public"."orders"("store_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "till_events" ADD CONSTRAINT "till_events_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "till_intents" ADD CONSTRAINT "till_intents_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "till_links" ADD CONSTRAINT "till_links_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "till_refunds" ADD CONSTRAINT "till_refunds_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_receipts" ADD CONSTRAINT "webhook_receipts_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "books_by_revision" ON "books" USING btree ("store_id","revision");--> statement-breakpoint
CREATE INDEX "cached_answers_expiry" ON "cached_answers" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "addresses_actor" ON "addresses" USING btree ("store_id","actor_key");--> statement-breakpoint
CREATE INDEX "orders_newest" ON "orders" USING btree ("store_id","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_state" ON "orders" USING btree ("store_id","state","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_customer" ON "orders" USING btree ("store_id","customer_key","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "reservations_key" ON "reservations" USING btree ("store_id","key");--> statement-breakpoint
CREATE UNIQUE INDEX "reservations_held" ON "reservations" USING btree ("store_id","order_id") WHERE "reservations"."state" = 'held';--> statement-breakpoint
CREATE INDEX "reservations_order" ON "reservations" USING btree ("store_id","order_id");--> statement-breakpoint
CREATE INDEX "reservations_expiry" ON "reservations" USING btree ("expires_at") WHERE "reservations"."state" = 'held';--> statement-breakpoint
CREATE INDEX "till_events_due" ON "till_events" USING btree ("due_at") WHERE "till_events"."delivered_at" is null;--> statement-breakpoint
CREATE INDEX "till_intents_order" ON "till_intents" USING btree ("store_id","order_id");--> statement-breakpoint
CREATE INDEX "till_intents_reference" ON "till_intents" USING btree ("reference");--> statement-breakpoint
CREATE INDEX "till_intents_unsettled" ON "till_intents" USING btree ("created_at") WHERE "till_intents"."operation" = 'link' and "till_intents"."settled_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "till_links_intent" ON "till_links" USING btree ("store_id","intent_key");--> statement-breakpoint
CREATE INDEX "consents_by_actor" ON "consents" USING btree ("store_id","actor_key","at");--> statement-breakpoint
CREATE INDEX "messages_transcript" ON "messages" USING btree ("store_id","actor_key","id");--> statement-breakpoint
CREATE INDEX "messages_unsent" ON "messages" USING btree ("store_id","actor_key","id") WHERE "messages"."status" in ('queued', 'sending');--> statement-breakpoint
CREATE INDEX "messages_provider_id" ON "messages" USING btree ("provider_id") WHERE "messages"."provider_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "actors_address" ON "actors" USING btree ("store_id","machine","address_hash") WHERE address_hash is not null;--> statement-breakpoint
CREATE INDEX "commands_due" ON "commands" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "commands_actor" ON "commands" USING btree ("store_id","actor_key","seq");--> statement-breakpoint
CREATE INDEX "commands_failed" ON "commands" USING btree ("store_id","finished_at") WHERE status = 'failed';--> statement-breakpoint
CREATE INDEX "inbox_actor" ON "inbox" USING btree ("store_id","actor_key","position");--> statement-breakpoint
CREATE INDEX "inbox_waiting" ON "inbox" USING btree ("not_before") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "timers_held" ON "timers" USING btree ("held_until");
--> statement-breakpoint
-- Rows that are rewritten in place all the time leave room on their page for the next version.
ALTER TABLE "actors" SET (fillfactor = 80);
--> statement-breakpoint
ALTER TABLE "commands" SET (fillfactor = 80);
