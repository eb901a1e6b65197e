def test_demo(demo, client):
    from agencies.models import ServicePage, AgencyPage
    print(ServicePage.objects.count(), AgencyPage.objects.count())
    r = client.get("/en/")
    print(r.status_code, len(r.content))
