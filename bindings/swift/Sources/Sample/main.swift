import AccountSecurity

print(try AccountSecurity.version())
