-- Runs once, when the cluster is made. What roundtable_app may do is granted by `roundtable migrate --grant-to`.
\getenv app DATABASE_APP_PASSWORD
\getenv backup DATABASE_BACKUP_PASSWORD
CREATE ROLE roundtable_app LOGIN PASSWORD :'app';
CREATE ROLE roundtable_backup LOGIN REPLICATION PASSWORD :'backup';
REVOKE ALL ON DATABASE roundtable FROM PUBLIC;
GRANT CONNECT ON DATABASE roundtable TO roundtable_app;
