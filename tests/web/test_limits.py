from tests.support.school import School


def test_one_persons_writes_are_counted_and_nobody_elses(school: School) -> None:
    elena, peter = school.browser(school.person("Elena")), school.browser(school.person("Peter"))
    for browser in (elena, peter):
        browser.get("/account")
    codes = {elena.post("/language", {"locale": "es"}).status_code for _ in range(120)}
    assert codes == {303}
    assert elena.post("/language", {"locale": "es"}).status_code == 429
    assert elena.get("/").status_code == 200  # reading goes on
    assert peter.post("/language", {"locale": "es"}).status_code == 303
