import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Numbers of the chunks that MySQL has: what makes a repeated chunk count once. */
export class CreateAppliedChunks1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS applied_chunks (
        id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        applied_at DATETIME(3) NOT NULL,
        KEY applied_chunks_by_time (applied_at)
      ) ENGINE = InnoDB`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE applied_chunks');
  }
}
