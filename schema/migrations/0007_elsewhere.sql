CREATE TABLE "bookshop_links" (
	"store_id" integer NOT NULL,
	"isbn13" text NOT NULL,
	"code" text NOT NULL,
	"clicks" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_click_at" timestamp with time zone,
	CONSTRAINT "bookshop_links_store_id_isbn13_pk" PRIMARY KEY("store_id","isbn13"),
	CONSTRAINT "bookshop_links_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "orderable_books" (
	"store_id" integer NOT NULL,
	"isbn13" text NOT NULL,
	"title" text NOT NULL,
	"authors" text[] NOT NULL,
	"price_cents" integer NOT NULL,
	"available" integer NOT NULL,
	"words" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "orderable_books_store_id_isbn13_pk" PRIMARY KEY("store_id","isbn13"),
	CONSTRAINT "orderable_books_isbn13" CHECK ("orderable_books"."isbn13" ~ '^97[89][0-9]{10}$'),
	CONSTRAINT "orderable_books_price" CHECK ("orderable_books"."price_cents" > 0),
	CONSTRAINT "orderable_books_available" CHECK ("orderable_books"."available" >= 0)
);
--> statement-breakpoint
CREATE TABLE "waitlist" (
	"store_id" integer NOT NULL,
	"id" uuid NOT NULL,
	"actor_key" uuid NOT NULL,
	"isbn13" text NOT NULL,
	"title" text NOT NULL,
	"state" text NOT NULL,
	"joined_at" timestamp with time zone NOT NULL,
	"until" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "waitlist_store_id_id_pk" PRIMARY KEY("store_id","id"),
	CONSTRAINT "waitlist_state" CHECK ("waitlist"."state" in ('waiting', 'called', 'told', 'taken', 'lapsed')),
	CONSTRAINT "waitlist_until" CHECK ("waitlist"."state" = 'waiting' or "waitlist"."state" = 'lapsed' or "waitlist"."until" is not null)
);
--> statement-breakpoint
CREATE TABLE "book_details" (
	"isbn13" text PRIMARY KEY NOT NULL,
	"credit" text,
	"description" text,
	"cover_url" text,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "source_answers" (
	"source" text NOT NULL,
	"question" "bytea" NOT NULL,
	"books" jsonb NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "source_answers_source_question_pk" PRIMARY KEY("source","question")
);
--> statement-breakpoint
CREATE TABLE "source_budgets" (
	"source" text PRIMARY KEY NOT NULL,
	"tokens" double precision NOT NULL,
	"filled_at" timestamp with time zone NOT NULL,
	"day" date NOT NULL,
	"used_today" integer NOT NULL,
	"held_until" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "bookshop_links" ADD CONSTRAINT "bookshop_links_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orderable_books" ADD CONSTRAINT "orderable_books_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waitlist" ADD CONSTRAINT "waitlist_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "orderable_books_words" ON "orderable_books" USING gin (to_tsvector('simple', "words"));--> statement-breakpoint
CREATE UNIQUE INDEX "waitlist_open" ON "waitlist" USING btree ("store_id","actor_key","isbn13") WHERE "waitlist"."state" in ('waiting', 'called', 'told');--> statement-breakpoint
CREATE INDEX "waitlist_line" ON "waitlist" USING btree ("store_id","isbn13","joined_at","id") WHERE "waitlist"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "waitlist_called" ON "waitlist" USING btree ("until") WHERE "waitlist"."state" in ('called', 'told');--> statement-breakpoint
CREATE INDEX "waitlist_actor" ON "waitlist" USING btree ("store_id","actor_key");--> statement-breakpoint
CREATE INDEX "book_details_expiry" ON "book_details" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "source_answers_expiry" ON "source_answers" USING btree ("expires_at");