#include "check.h"
#include "core/mask.h"
#include "effort.h"

static const char *masked(const char *text) {
    static char out[1000];
    size_t length = strlen(text);
    memcpy(out, text, length + 1);
    out[un_mask(out, length)] = '\0';
    return out;
}

typedef struct example {
    const char *text, *masked;
} example;

static void check_all(const example *examples, size_t count) {
    for (size_t i = 0; i < count; i++)
        CHECK_STR(masked(examples[i].text), examples[i].masked);
}

#define CHECK_ALL(examples) check_all(examples, sizeof examples / sizeof *examples)

static void hides_who_asks_in_a_url(void) {
    static const example examples[] = {
        {"fatal: unable to access 'https://me:s3cret@git.example.org/a.git/': 403",
         "fatal: unable to access 'https://***@git.example.org/a.git/': 403"},
        {"https://me:p@ss@host/x", "https://***@host/x"},
        {"https://me:pa/ss@host/x", "https://***@host/x"},
        {"https://me:@host", "https://***@host"},
        {"https://:secret@host", "https://***@host"},
        {"a=https://u:p@h,b=https://v:q@i", "a=https://***@h,b=https://***@i"},
        {"https://0123456789abcdef0123456789abcdef01234567@github.com/a/b",
         "https://***@github.com/a/b"},
        {"https://oauth2:glpat-x@gitlab.com", "https://***@gitlab.com"},
        {"https://s3cret@host/x?a=b", "https://***@host/x?a=b"},
        {"git+https://s3cret@host", "git+https://***@host"},
        {"HTTP://s3cret@host", "HTTP://***@host"},
        {"url=http://t0ken@h,https://git@h", "url=http://***@h,https://git@h"},
        {"git+https://git@github.com/a/b.git", "git+https://git@github.com/a/b.git"},
        {"ssh://me@host postgres://app@db xhttps://me@h",
         "ssh://me@host postgres://app@db xhttps://me@h"},
        {"https://@host", "https://@host"},
        {"git+ssh://git@github.com/a/b.git#1", "git+ssh://git@github.com/a/b.git#1"},
        {"postgres://app:pw@db:5432/x?sslmode=require", "postgres://***@db:5432/x?sslmode=require"},
        {"<https://u:p@h>", "<https://***@h>"},
        {"socks5h://u:p@[::1]:1080", "socks5h://***@[::1]:1080"},
        {"http://proxy.example.org:8080/a@b", "http://proxy.example.org:8080/a@b"},
        {"http://[::1]:8080/@scope/name", "http://[::1]:8080/@scope/name"},
        {"https://registry.npmjs.org/@scope/name/-/name-1.0.0.tgz",
         "https://registry.npmjs.org/@scope/name/-/name-1.0.0.tgz"}};
    CHECK_ALL(examples);
}

static void hides_what_a_name_announces(void) {
    static const example examples[] = {
        {"GET https://h/a?token=abc&page=2#x 401", "GET https://h/a?token=***&page=2#x 401"},
        {"https://h/a?x=1&access_token=abc", "https://h/a?x=1&access_token=***"},
        {"https://h/a?private_token=a&b&job=1", "https://h/a?private_token=***&job=1"},
        {"https://h/?sv=1&sig=ab%2Fcd&X-Amz-Signature=ef",
         "https://h/?sv=1&sig=***&X-Amz-Signature=**"},
        {"//registry.npmjs.org/:_authToken=abcdef", "//registry.npmjs.org/:_authToken=***"},
        {"//r.example/:_auth = abcdef", "//r.example/:_auth = ***"},
        {"npm_config__auth=abcdef npm ci", "npm_config__auth=*** npm ci"},
        {"NPM_TOKEN=abcdef npm ci", "NPM_TOKEN=*** npm ci"},
        {"password: hunter2 is wrong", "password: *** is wrong"},
        {"PASSWORD='two words' next", "PASSWORD='***' next"},
        {"{\"access_token\": \"abc def\", \"a\": 1}", "{\"access_token\": \"***\", \"a\": 1}"},
        {"{\\\"token\\\":\\\"abcdef\\\",\\\"a\\\":1}", "{\\\"token\\\":\\\"***\",\\\"a\\\":1}"},
        {"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = ***"},
        {"client_secret: abcdef", "client_secret: ***"},
        {"x-api-key: abcdef", "x-api-key: ***"},
        {":token => \"abcdef\"", ":token => \"***\""},
        {"token := abcdef", "token := ***"},
        {"Authorization: Bearer abc.def-ghi", "Authorization: ***"},
        {"curl -H \"Authorization: Basic dXNlcjpwYXNz\" https://h",
         "curl -H \"Authorization: ***\" https://h"},
        {"> proxy-authorization: Digest username=\"me\"", "> proxy-authorization: ***\"me\""},
        {"Set-Cookie: session=abc; Path=/", "Set-Cookie: ***"},
        {"-H 'PRIVATE-TOKEN: abcdef'", "-H 'PRIVATE-TOKEN: ***'"},
        {"Authorization: Bearer abc\nnext line", "Authorization: ***\nnext line"},
        {"sent Bearer abcdef0123456789 there", "sent Bearer *** there"},
        {"+ tool --token s3cr3t --verbose", "+ tool --token *** --verbose"},
        {"+ tool --api-key 'S3cr3t' x", "+ tool --api-key '***' x"},
        {"+ curl -u me:secret https://h", "+ curl -u me:*** https://h"},
        {"+ curl --user=me:secret https://h", "+ curl --user=me:*** https://h"},
        {"machine h login me password s3cret99 port", "machine h login me password *** port"},
        {"registry token 'abc123def456'", "registry token '***'"},
        {"access-tokens = github.com=abc gitlab.com=PAT:def", "access-tokens = ***"},
        {"AccountName=a;AccountKey=abc==;EndpointSuffix=b", "AccountName=a;AccountKey=***"},
        {"token=a", "token=*"}};
    CHECK_ALL(examples);
}

static void hides_tokens_that_are_known(void) {
    static const example examples[] = {
        {"ghp_0123456789abcdefABCDEF0123456789abcd", "ghp_***"},
        {"(github_pat_11AAAAAAA0123456789_abcdef)", "(github_pat_***)"},
        {"remote: glpat-0123456789abcdefghij bad", "remote: glpat-*** bad"},
        {"npm_0123456789abcdef0123456789abcdef0123", "npm_***"},
        {"AKIAIOSFODNN7EXAMPLE", "AKIA***"},
        {"jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_123 end", "jwt eyJ*** end"},
        {"sk-0123456789abcdef0123456789abcdef", "sk-***"},
        {"hf_x-ghp_0123456789abcdefABCD", "hf_x-ghp_***"}};
    CHECK_ALL(examples);
}

/* What tools say every day, and what packages are called. */
static void leaves_the_rest(void) {
    static const char *const harmless[] = {"",
                                           "a",
                                           "=",
                                           "://",
                                           "@",
                                           "token",
                                           "error: no route to host",
                                           "tokenizers==0.15.0 is not there",
                                           "requires js-tokens@^4.0.0",
                                           "secretstorage>=3.2",
                                           "npm_config_registry=https://r.example",
                                           "unexpected token } in JSON at position 5",
                                           "pass --token to authenticate",
                                           "Basic authentication is off",
                                           "bearer of bad news",
                                           "max_tokens=4096",
                                           "auth: failed",
                                           "password authentication failed for user \"me\"",
                                           "10:25:31 fetching 3/7",
                                           "git@github.com:owner/repo.git",
                                           "see https://example.org/docs/token?page=2",
                                           "sha512-AbC+/dEf==",
                                           "ASIA_PACIFIC_REGION_NAMES",
                                           "ghp_short",
                                           "sig: nothing",
                                           "unexpected token 12345678, expected 9",
                                           "token authentication-required at line 5",
                                           "--user=me",
                                           "sk-learn-contrib",
                                           "file:///home/me/a@b",
                                           "C:\\Users\\me",
                                           "x-goog-request: 1",
                                           "caf\xc3\xa9: \xe4\xb8\xad"};
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        CHECK_STR(masked(harmless[i]), harmless[i]);
}

static void masks_many_at_once_and_once_for_all(void) {
    const char *once =
        masked("https://u:p@h?token=abc&x=1 password: 'q r' ghp_0123456789abcdefABCD end");
    CHECK_STR(once, "https://***@h?token=***&x=1 password: '***' ghp_*** end");
    char twice[200];
    snprintf(twice, sizeof twice, "%s", once);
    CHECK_STR(masked(twice), twice);
}

/* Whatever is repeated, twice as much takes twice as long; nothing becomes longer or is read
 * beyond. */
static void stays_linear(void) {
    static const char *const pieces[] = {"://",         "a://",
                                         "@",           ":",
                                         "=",           "token=",
                                         "token: ",     "https://u:",
                                         "&a=",         "&",
                                         "token=&",     "\"",
                                         "\\\"",        "Authorization: ",
                                         "--token ",    "bearer ",
                                         " ",           "npm_",
                                         "eyJa.",       "eyJaaaaaaaaaaaa.",
                                         "a",           "-",
                                         "http://a:b/", "ghp_",
                                         "\n"};
    size_t size = 1 << 20;
    char *text = malloc(size);
    for (size_t i = 0; text && i < sizeof pieces / sizeof *pieces; i++) {
        size_t length = strlen(pieces[i]);
        for (size_t at = 0; at < size; at++)
            text[at] = pieces[i][at % length];
        double begun = effort_begin();
        size_t left = un_mask(text, size);
        CHECK(left <= size);
        if (!CHECK_EFFORT(begun, 500))
            printf("of \"%s\"\n", pieces[i]);
    }
    free(text);
}

int main(void) {
    hides_who_asks_in_a_url();
    hides_what_a_name_announces();
    hides_tokens_that_are_known();
    leaves_the_rest();
    masks_many_at_once_and_once_for_all();
    stays_linear();
    return check_done();
}
