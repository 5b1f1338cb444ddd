-- Each row has a digest of its other columns, which `verify` compares. The triggers of `row_digest.rs` write it. The default has
-- the length of a digest, so that a row keeps its size. `personal` has none: see there.

ALTER TABLE meta ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE log ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE change ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE organisation ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE "grant" ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE officer ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE presence ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE verification ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE report ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE tombstone ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE answer ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE peer ADD COLUMN row_digest BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';

UPDATE meta SET row_digest = digest_of_row(id, register, epoch, revision, compacted, since, secret);
UPDATE log SET row_digest = digest_of_row(revision, epoch, time, oin, organisation, on_behalf_of, basis, request_id, changes);
UPDATE change SET row_digest = digest_of_row(revision, ordinal, content);
UPDATE organisation SET row_digest = digest_of_row(id, content);
UPDATE "grant" SET row_digest = digest_of_row(oin, organisation, roles, from_day, until_day, basis);
UPDATE officer
   SET row_digest = digest_of_row(organisation, id, content, etag, revision, updated_at, personal_slot, personal_digest);
UPDATE presence SET row_digest = digest_of_row(organisation, officer, slot, digest);
UPDATE verification SET row_digest = digest_of_row(organisation, officer, verified_on, verified_by, verify_by);
UPDATE report SET row_digest = digest_of_row(organisation, officer, number, reason, reported_at, asker_salt, asker_digest);
UPDATE tombstone SET row_digest = digest_of_row(revision, ordinal, organisation, officer, time, replaced_by);
UPDATE answer SET row_digest = digest_of_row(oin, organisation, method, request_id, request_digest, answer, time);
UPDATE peer SET row_digest = digest_of_row(register, content);
