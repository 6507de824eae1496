#!/bin/sh
# Makes the arms' databases and accounts, once, when the data directory is empty. The image's
# entrypoint executes this file or sources it, depending on its mode: hence no function of the
# entrypoint, and a subshell, as `set -u` would reach the entrypoint's own code.
(
set -eu

# A quote would end the SQL string below, and an @ or / the host part of DATABASE_URL.
letters_and_digits() {
  case "$2" in
    '' | *[!A-Za-z0-9]*) echo "$1: letters and digits only, and not empty" >&2; exit 1 ;;
  esac
}
letters_and_digits HOTPATH_MYSQL_NAIVE_PASSWORD "$HOTPATH_MYSQL_NAIVE_PASSWORD"
letters_and_digits HOTPATH_MYSQL_ASYNC_PASSWORD "$HOTPATH_MYSQL_ASYNC_PASSWORD"
letters_and_digits HOTPATH_MYSQL_EXPORTER_PASSWORD "$HOTPATH_MYSQL_EXPORTER_PASSWORD"

# An arm's account sees its own database only, and may there what its code and migrations do.
# The exporter reads counters and no row of ours; bounded, so that slow scrapes can't pile up.
MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql --protocol=socket -uroot <<SQL
CREATE DATABASE hotpath_naive;
CREATE DATABASE hotpath_async;
CREATE USER 'hotpath_naive'@'%' IDENTIFIED BY '$HOTPATH_MYSQL_NAIVE_PASSWORD';
CREATE USER 'hotpath_async'@'%' IDENTIFIED BY '$HOTPATH_MYSQL_ASYNC_PASSWORD';
CREATE USER 'hotpath_exporter'@'%' IDENTIFIED BY '$HOTPATH_MYSQL_EXPORTER_PASSWORD'
  WITH MAX_USER_CONNECTIONS 3;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES
  ON hotpath_naive.* TO 'hotpath_naive'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES
  ON hotpath_async.* TO 'hotpath_async'@'%';
GRANT PROCESS, REPLICATION CLIENT ON *.* TO 'hotpath_exporter'@'%';
GRANT SELECT ON performance_schema.* TO 'hotpath_exporter'@'%';
SQL
)
