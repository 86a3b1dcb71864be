CREATE TABLE "key_rotations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"lookup_sealed" "bytea"
);
