#include "agent/config/flags.h"

#include <doctest/doctest.h>

#include <limits>

#include "agent/config/quote.h"

using hearsay::agent::FlagError;
using hearsay::agent::FlagSet;
using hearsay::agent::quote;

namespace {

using Args = std::vector<std::string_view>;

struct Targets {
  bool on = false;
  std::string text = "unset";
  std::vector<std::string> list;
  std::int64_t number = 7;
  std::chrono::nanoseconds wait{};
  FlagSet flags{{"on", &on, "", "Turns it on."},
                {"text", &text, "=TEXT", "Some text\non two lines."},
                {"tag", &list, " key=value", "A tag."},
                {"number", &number, "=7", "A number."},
                {"wait", &wait, "=30s", "How long."}};

  std::string error_of(const Args& args) {
    const auto rest = flags.parse(args);
    REQUIRE_FALSE(rest.has_value());
    return rest.error().text;
  }
};

}  // namespace

TEST_CASE("a flag takes its value after an equals sign or from the next argument, with one dash or two") {
  for (const Args& args :
       {Args{"-text=a b"}, Args{"-text", "a b"}, Args{"--text=a b"}, Args{"--text", "a b"}}) {
    Targets t;
    REQUIRE(t.flags.parse(args).has_value());
    CHECK(t.text == "a b");
  }
}

TEST_CASE("only the first equals sign ends a name") {
  Targets t;
  REQUIRE(t.flags.parse(Args{"-tag=a=b=c", "-text="}).has_value());
  CHECK(t.list == std::vector<std::string>{"a=b=c"});
  CHECK(t.text.empty());
}

TEST_CASE("a list collects every value and the others keep the last") {
  Targets t;
  const Args args{"-tag", "a=1", "-number=1", "-tag", "b=2", "-number", "-2"};
  REQUIRE(t.flags.parse(args).has_value());
  CHECK(t.list == std::vector<std::string>{"a=1", "b=2"});
  CHECK(t.number == -2);
  CHECK(t.flags.given("tag"));
  CHECK_FALSE(t.flags.given("text"));
}

TEST_CASE("a boolean never takes the next argument") {
  Targets t;
  const Args args{"-on", "false"};
  const auto rest = t.flags.parse(args);
  REQUIRE(rest.has_value());
  CHECK(t.on);
  REQUIRE(rest->size() == 1);
  CHECK(rest->front() == "false");
}

TEST_CASE("a boolean reads Go's twelve words and no other") {
  for (const auto* word : {"1", "t", "T", "true", "TRUE", "True"}) {
    Targets t;
    const std::string arg = std::string("-on=") + word;
    REQUIRE(t.flags.parse(Args{arg}).has_value());
    CHECK(t.on);
  }
  for (const auto* word : {"0", "f", "F", "false", "FALSE", "False"}) {
    Targets t;
    t.on = true;
    const std::string arg = std::string("-on=") + word;
    REQUIRE(t.flags.parse(Args{arg}).has_value());
    CHECK_FALSE(t.on);
  }
  CHECK(Targets{}.error_of({"-on=yes"}) == "invalid boolean value \"yes\" for -on: parse error");
  CHECK(Targets{}.error_of({"-on="}) == "invalid boolean value \"\" for -on: parse error");
}

TEST_CASE("parsing stops at the first argument that is no flag") {
  for (const Args& args : {Args{"-on", "name", "-text", "x"}, Args{"-on", "-", "-text", "x"}}) {
    Targets t;
    const auto rest = t.flags.parse(args);
    REQUIRE(rest.has_value());
    CHECK(rest->size() == 3);
    CHECK(t.text == "unset");
  }
}

TEST_CASE("two dashes alone end the flags and are not passed on") {
  Targets t;
  const Args args{"-on", "--", "-text"};
  const auto rest = t.flags.parse(args);
  REQUIRE(rest.has_value());
  REQUIRE(rest->size() == 1);
  CHECK(rest->front() == "-text");
}

TEST_CASE("a value may look like a flag") {
  Targets t;
  REQUIRE(t.flags.parse(Args{"-text", "-on"}).has_value());
  CHECK(t.text == "-on");
  CHECK_FALSE(t.on);
}

TEST_CASE("mistakes are worded as Go words them") {
  CHECK(Targets{}.error_of({"-foo"}) == "flag provided but not defined: -foo");
  CHECK(Targets{}.error_of({"--foo=1"}) == "flag provided but not defined: -foo");
  CHECK(Targets{}.error_of({"-tex", "x"}) == "flag provided but not defined: -tex");  // no abbreviations
  CHECK(Targets{}.error_of({"--text"}) == "flag needs an argument: -text");
  CHECK(Targets{}.error_of({"---text"}) == "bad flag syntax: ---text");
  CHECK(Targets{}.error_of({"-=x"}) == "bad flag syntax: -=x");
  CHECK(Targets{}.error_of({"--=x"}) == "bad flag syntax: --=x");
  CHECK(Targets{}.error_of({"-number", "1x"}) == "invalid value \"1x\" for flag -number: parse error");
  CHECK(Targets{}.error_of({"-number="}) == "invalid value \"\" for flag -number: parse error");
  CHECK(Targets{}.error_of({"-number", "9223372036854775808"}) ==
        "invalid value \"9223372036854775808\" for flag -number: value out of range");
  CHECK(Targets{}.error_of({"-wait", "5"}) == "invalid value \"5\" for flag -wait: parse error");
}

TEST_CASE("a wrong flag after a right one is found") {
  CHECK(Targets{}.error_of({"-on", "-foo"}) == "flag provided but not defined: -foo");
}

TEST_CASE("help is asked for in four ways") {
  for (const auto* arg : {"-h", "-help", "--h", "--help"}) {
    Targets t;
    const auto rest = t.flags.parse(Args{arg});
    REQUIRE_FALSE(rest.has_value());
    CHECK(rest.error().kind == FlagError::Kind::help);
  }
}

TEST_CASE("a duration flag holds nanoseconds") {
  Targets t;
  REQUIRE(t.flags.parse(Args{"-wait", "1m30s"}).has_value());
  CHECK(t.wait == std::chrono::seconds(90));
}

TEST_CASE("usage lists the table in its order, with help aligned") {
  CHECK(Targets{}.flags.usage() ==
        "  -on                       Turns it on.\n"
        "  -text=TEXT                Some text\n"
        "                            on two lines.\n"
        "  -tag key=value            A tag.\n"
        "  -number=7                 A number.\n"
        "  -wait=30s                 How long.\n");
}

TEST_CASE("quoted text shows what cannot be seen") {
  CHECK(quote("") == "\"\"");
  CHECK(quote("a\"b\\c\n\t") == "\"a\\\"b\\\\c\\n\\t\"");
  CHECK(quote("caf\xC3\xA9") == "\"caf\xC3\xA9\"");
  CHECK(quote(std::string_view("\0\x7f\xC3", 3)) == "\"\\x00\\x7f\\xc3\"");
  CHECK(quote("\xED\xA0\x80\xF4\x90\x80\x80\xC0\x80") == "\"\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80\\xc0\\x80\"");
}
