import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every issue belongs to a project; those from before there were any, to `default`. */
export class AddProject1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // DDL commits at once, so a process killed before TypeORM noted it leaves the column. It is one statement,
    // which MySQL 8 and MariaDB 10.6 do whole or not at all; rows can be written meanwhile.
    const [row] = await runner.query(
      `SELECT COUNT(*) AS found FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = 'issues' AND column_name = 'project'`,
    );
    if (Number(row.found) > 0) return;
    await runner.query(`
      ALTER TABLE issues
        ADD COLUMN project VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'default',
        DROP KEY issues_by_last_seen,
        DROP KEY issues_by_count,
        ADD KEY issues_by_last_seen (project, last_seen_at, id),
        ADD KEY issues_by_count (project, count, id),
        ALGORITHM = INPLACE, LOCK = NONE`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE issues
        DROP KEY issues_by_last_seen,
        DROP KEY issues_by_count,
        DROP COLUMN project,
        ADD KEY issues_by_last_seen (last_seen_at, id),
        ADD KEY issues_by_count (count, id)`);
  }
}
