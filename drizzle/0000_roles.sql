-- The three roles that requests and workers take on. Roles belong to the cluster, migrations to a database: another database may
-- have made them already, or be making them now.
do $$
declare
  name text;
begin
  foreach name in array array['agentflow_tenant', 'agentflow_identity', 'agentflow_engine'] loop
    begin
      execute format('create role %I nologin', name);
    exception when duplicate_object or unique_violation then
      null;
    end;
    if exists (select from pg_roles where rolname = name and (rolsuper or rolbypassrls)) then
      raise exception 'The role % must not be a superuser nor bypass row-level security.', name;
    end if;
    -- Since version 16 the maker of a role may grant it, but not become it, until it grants it to itself.
    if not pg_has_role(current_user, name,
        case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) then
      begin
        execute format('grant %I to current_user', name);
      exception when insufficient_privilege then
        raise exception 'The role % exists and % may not take it on. As a superuser: grant % to %;', name, current_user, name, current_user;
      end;
    end if;
  end loop;
end
$$;
