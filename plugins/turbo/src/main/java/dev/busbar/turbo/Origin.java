package dev.busbar.turbo;

/** Where a description came from, which decides how a problem points at a member of it. */
enum Origin {
    QUERY("?"),
    BODY("/");

    private final String prefix;

    Origin(String prefix) {
        this.prefix = prefix;
    }

    String pointer(Member member) {
        return pointer(member.text());
    }

    String pointer(String name) {
        return prefix + (this == BODY ? name.replace("~", "~0").replace("/", "~1") : name);
    }
}
