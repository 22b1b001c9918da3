"""LDAP and Active Directory as a source of the directory. Only this package knows `ldap3`.

connect, sign in ──▶ search, page by page ──▶ entries ──▶ cells ──▶ tables ──▶ directory.importing
"""
