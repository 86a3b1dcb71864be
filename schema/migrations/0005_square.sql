CREATE TABLE "night_rounds" (
	"store_id" integer NOT NULL,
	"name" text NOT NULL,
	"night" date NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"leased_until" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"result" jsonb,
	CONSTRAINT "night_rounds_store_id_name_night_pk" PRIMARY KEY("store_id","name","night")
);
--> statement-breakpoint
CREATE TABLE "square_catalogues" (
	"store_id" integer PRIMARY KEY NOT NULL,
	"read_until" text,
	"due_at" timestamp with time zone,
	"leased_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "square_variations" (
	"store_id" integer NOT NULL,
	"isbn13" text NOT NULL,
	"variation_id" text NOT NULL,
	"is_counted" boolean NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "square_variations_store_id_isbn13_pk" PRIMARY KEY("store_id","isbn13")
);
--> statement-breakpoint
CREATE TABLE "stock_checks" (
	"store_id" integer NOT NULL,
	"isbn13" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"calls" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "stock_checks_store_id_isbn13_pk" PRIMARY KEY("store_id","isbn13")
);
--> statement-breakpoint
CREATE TABLE "stock_findings" (
	"store_id" integer NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"isbn13" text NOT NULL,
	"ours" integer NOT NULL,
	"theirs" integer NOT NULL,
	"outcome" text NOT NULL,
	"found_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stock_findings_store_id_id_pk" PRIMARY KEY("store_id","id")
);
--> statement-breakpoint
CREATE TABLE "stock_moves" (
	"store_id" integer NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "stock_moves_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"isbn13" text NOT NULL,
	"kind" text NOT NULL,
	"copies" integer NOT NULL,
	"reason" text NOT NULL,
	"occurred_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	"refused" text,
	CONSTRAINT "stock_moves_store_id_id_pk" PRIMARY KEY("store_id","id"),
	CONSTRAINT "stock_moves_count" CHECK ("stock_moves"."kind" = 'adjustment' or "stock_moves"."copies" >= 0)
);
--> statement-breakpoint
CREATE TABLE "store_keys" (
	"store_id" integer NOT NULL,
	"name" text NOT NULL,
	"value_sealed" "bytea" NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "store_keys_store_id_name_pk" PRIMARY KEY("store_id","name")
);
--> statement-breakpoint
ALTER TABLE "reservations" DROP CONSTRAINT "reservations_state";--> statement-breakpoint
DROP INDEX "till_intents_unsettled";--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "square_id_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "square_looked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "past_orders_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "past_orders_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "night_rounds" ADD CONSTRAINT "night_rounds_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "square_catalogues" ADD CONSTRAINT "square_catalogues_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "square_variations" ADD CONSTRAINT "square_variations_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_checks" ADD CONSTRAINT "stock_checks_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_findings" ADD CONSTRAINT "stock_findings_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_moves" ADD CONSTRAINT "stock_moves_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "store_keys" ADD CONSTRAINT "store_keys_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "square_variations_id" ON "square_variations" USING btree ("store_id","variation_id");--> statement-breakpoint
CREATE INDEX "stock_checks_due" ON "stock_checks" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "stock_findings_newest" ON "stock_findings" USING btree ("store_id","found_at");--> statement-breakpoint
CREATE INDEX "stock_moves_waiting" ON "stock_moves" USING btree ("store_id","isbn13","position") WHERE "stock_moves"."sent_at" is null and "stock_moves"."refused" is null;--> statement-breakpoint
CREATE INDEX "till_intents_unsettled" ON "till_intents" USING btree ("created_at") WHERE "till_intents"."settled_at" is null;--> statement-breakpoint
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_state" CHECK ("reservations"."state" in ('held', 'sold', 'released', 'returned'));