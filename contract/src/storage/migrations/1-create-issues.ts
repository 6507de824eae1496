import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIssues1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // IF NOT EXISTS: DDL commits at once, so a process killed before TypeORM noted it leaves the table.
    // TEXT holds 65,535 bytes: 4,096 characters of 4 bytes fit. A stack of 64 Ki characters needs MEDIUMTEXT.
    await runner.query(`
      CREATE TABLE IF NOT EXISTS issues (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        message TEXT NOT NULL,
        stack_trace MEDIUMTEXT NULL,
        level VARCHAR(16) NOT NULL,
        environment VARCHAR(64) NULL,
        release_name VARCHAR(128) NULL,
        count BIGINT UNSIGNED NOT NULL,
        first_seen_at DATETIME(3) NOT NULL,
        last_seen_at DATETIME(3) NOT NULL,
        UNIQUE KEY issues_by_fingerprint (fingerprint),
        KEY issues_by_last_seen (last_seen_at, id),
        KEY issues_by_count (count, id)
      ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE issues');
  }
}
