def test_a_world_stands(dana, vera, nils, sione, now):
    from patients.models import Patient

    assert list(Patient.objects.visible_to(vera, now)) == [dana]
    assert not Patient.objects.visible_to(nils, now).exists()
    assert not Patient.objects.visible_to(sione, now).exists()
