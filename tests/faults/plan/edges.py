"""Faults at the edges of the console and the API: what strangers put into addresses, headers and texts, and hosts beside them."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["EDGES"]

_HOSTILE = "tests/console/test_hostile.py::"
_CLIENT = "tests/api/test_hostile_client.py::"
_STRANGE = "tests/console/test_strange_host.py::"
_ERASE = "tests/console/test_erasing.py::"
_VISIT = "adapters/console/visit.py"

EDGES = (
    Fault(
        name="query-into-url-for",
        promise="what stands in the query of a console's page leads no link of it elsewhere",
        tests=(f"{_HOSTILE}test_a_query_leads_no_link_anywhere_else",),
        edits=(
            Edit(
                _VISIT,
                "        names: dict[str, Any] = dict(self.path)\n",
                "        names: dict[str, Any] = {**self.path, **kept}\n",
            ),
        ),
    ),
    Fault(
        name="cursor-of-any-digits",
        promise="whatever stands for a place in a console's list is answered without an error of the program",
        tests=(f"{_HOSTILE}test_whatever_stands_for_a_place_in_a_list_is_answered[5]",),
        edits=(
            Edit(
                _VISIT,
                "        except ValueError:\n            return None\n",
                "        except KeyError:\n            return None\n",
            ),
        ),
    ),
    Fault(
        name="console-in-a-frame",
        promise="no page of the console stands in a frame",
        tests=(f"{_HOSTILE}test_no_page_of_the_console_stands_in_a_frame",),
        edits=(Edit("adapters/console/setup.py", "content_policy(framed=False)", "content_policy()"),),
    ),
    Fault(
        name="back-without-prefix",
        promise="signing in leads back to the page below the host's prefix",
        tests=(f"{_HOSTILE}test_signing_in_leads_back_below_the_hosts_prefix",),
        edits=(Edit(_VISIT, 'self.link() if request.method == "GET"', 'request.full_path if request.method == "GET"'),),
    ),
    Fault(
        name="network-as-many-addresses",
        promise="who owns a network of IPv6 tries no more keys than one address",
        tests=(f"{_CLIENT}test_who_owns_a_whole_network_is_one_address",),
        edits=(Edit("adapters/api/rates.py", "self._wrong, network_of(address))", "self._wrong, address)"),),
    ),
    Fault(
        name="document-without-prefix",
        promise="the document of the API names its addresses as callers behind a proxy reach them",
        tests=(f"{_CLIENT}test_the_document_names_addresses_as_callers_reach_them",),
        edits=(Edit("adapters/api/setup.py", 'f"{request.script_root}{below}" or "/"', 'below or "/"'),),
    ),
    Fault(
        name="template-of-a-hosts-name",
        promise="a host's own templates stand in the place of no page of the console",
        tests=(f"{_STRANGE}test_every_page_is_as_in_a_plain_host",),
        edits=(
            Edit(
                "adapters/console/templates/quanyi_console/acts.html",
                '"quanyi_console/base.html"',
                '"console/base.html"',
            ),
        ),
    ),
    Fault(
        name="direction-of-the-host",
        promise="a host that is written from right to left leaves the mall as it is",
        tests=("tests/console/test_borders.py::test_a_hosts_style_ends_at_the_border[mall]",),
        edits=(Edit("adapters/web/static/styles/2-frame.css", " direction: ltr; unicode-bidi: isolate;", ""),),
    ),
    Fault(
        name="host-styles-the-console",
        promise="what a host's style says of elements does not reach into the console",
        tests=("tests/console/test_borders.py::test_a_hosts_style_ends_at_the_border[console]",),
        edits=(
            Edit(
                "adapters/console/static/console.css",
                ".qo :where(:not(svg, svg *)) { all: revert; direction: revert; unicode-bidi: revert; }\n",
                "",
            ),
        ),
    ),
    Fault(
        name="chinese-as-a-whole-alone",
        promise="a search of the documentation finds what is nearest to a Chinese question",
        tests=("tests/docs/test_search.py::test_a_question_that_stands_nowhere_as_a_whole_leads_to_the_nearest",),
        edits=(Edit("docs/theme/search.js", "weights.length * 3 >= pairs.length", "weights.length > pairs.length"),),
    ),
    Fault(
        name="erased-is-lost",
        promise="the page of who was erased says so",
        tests=(f"{_ERASE}test_the_page_of_who_was_erased_says_so",),
        edits=(Edit(_VISIT, "raise PersonErased if self._erased() else", "raise"),),
    ),
    Fault(
        name="reason-names-the-erased",
        promise="no reason of an erasure has the id in it",
        tests=(f"{_ERASE}test_a_reason_that_names_the_person_is_kept_nowhere",),
        edits=(
            Edit(
                "adapters/console/people/erasing.py",
                'if stands_in(to.person, to.typed.get("reason", "")):',
                "if not to.person:",
            ),
        ),
    ),
    Fault(
        name="open-things-unnamed",
        promise="what keeps a person from being erased is named",
        tests=(f"{_ERASE}test_what_is_open_is_named",),
        edits=(Edit("adapters/console/people/erasing.py", "for one in no.open[:_MOST]]", "for one in no.open[:0]]"),),
    ),
    Fault(
        name="mentions-unshown",
        promise="where the id of an erased person is still written is shown",
        tests=(f"{_ERASE}test_where_the_id_is_still_written_is_shown_once",),
        edits=(Edit("adapters/console/people/erasing.py", "for one in done.stays\n", "for one in ()\n"),),
    ),
    Fault(
        name="plan-in-two-orders",
        promise="a plan names things in one order before and after",
        tests=("tests/adapters/test_editing.py::test_a_plan_names_things_in_one_order_before_and_after[sqlite]",),
        edits=(
            Edit(
                "campaigns/tools/plan.py",
                "before, after = _as_kept(before, names), _as_kept(after, names)",
                "after = _as_kept(after, names)",
            ),
        ),
    ),
    Fault(
        name="release-below-the-first",
        promise="there is no release below the first, and no error of the program either",
        tests=("tests/adapters/test_editing.py::test_there_is_no_release_below_the_first[sqlite]",),
        edits=(Edit("adapters/sql/past_releases.py", "    if not epochs:\n        return []\n", ""),),
    ),
)
